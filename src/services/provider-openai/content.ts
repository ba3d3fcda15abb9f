/** Parts of a request that both wire APIs share in meaning. */
import type { ImageBlock, ToolSpec } from '../../protocol/data.ts';
import { isRecord } from '../../protocol/reading.ts';
import { isImage, isText, type Said } from '../../sdk/provider/conversation.ts';

export function dataUrl({ mime_type, data }: ImageBlock): string {
  return `data:${mime_type};base64,${data}`;
}

export function textOf(content: readonly Said[]): string {
  return content
    .filter(isText)
    .map((block) => block.text)
    .join('\n');
}

export function imagesOf(content: readonly Said[]): ImageBlock[] {
  return content.filter(isImage);
}

/** Servers refuse a schema without a type, which a tool without arguments often has. */
export function parametersOf({ parameters }: ToolSpec): Record<string, unknown> {
  return { properties: {}, ...parameters, type: 'object' };
}

export type JsonFormat =
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly name: string;
      readonly schema: Record<string, unknown>;
      readonly strict?: boolean;
    };

/** Both spellings are read: with the schema under `json_schema` and without. */
export function jsonFormatOf(format: unknown): JsonFormat | undefined {
  if (!isRecord(format)) return undefined;
  if (format.type === 'json_object') return { type: 'json_object' };
  const holder = isRecord(format.json_schema) ? format.json_schema : format;
  if (format.type !== 'json_schema' || !isRecord(holder.schema)) return undefined;
  const { name, schema, strict } = holder;
  return {
    type: 'json_schema',
    name: typeof name === 'string' ? name : 'answer',
    schema,
    ...(typeof strict === 'boolean' && { strict }),
  };
}
