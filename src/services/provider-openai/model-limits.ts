/** What is known of well-known models by their names, for what the API does not tell. */

export interface ModelLimits {
  /** Tokens. */
  readonly contextWindow: number;
  readonly maxOutput: number;
}

/** First match wins. Source: developers.openai.com/docs/models, November 2026. */
const LIMITS: readonly (readonly [RegExp, ModelLimits])[] = [
  [/^gpt-5(\.\d+)?-chat/, { contextWindow: 128_000, maxOutput: 16_384 }],
  [/^gpt-5\.[4-9]-(mini|nano)/, { contextWindow: 400_000, maxOutput: 128_000 }],
  [/^gpt-(5\.[4-9]|[6-9])/, { contextWindow: 1_050_000, maxOutput: 128_000 }],
  [/^gpt-5/, { contextWindow: 400_000, maxOutput: 128_000 }],
  [/^gpt-4\.1/, { contextWindow: 1_047_576, maxOutput: 32_768 }],
  [/^(gpt-4o|chatgpt-4o)/, { contextWindow: 128_000, maxOutput: 16_384 }],
  [/^gpt-4-turbo/, { contextWindow: 128_000, maxOutput: 4_096 }],
  [/^o[134]/, { contextWindow: 200_000, maxOutput: 100_000 }],
  [/^gpt-3\.5/, { contextWindow: 16_385, maxOutput: 4_096 }],
];

export function limitsOf(model: string): ModelLimits | undefined {
  return LIMITS.find(([name]) => name.test(bare(model)))?.[1];
}

/** Models without reasoning refuse to be asked for it. */
export function isReasoningModel(model: string): boolean {
  const name = bare(model);
  return /^(o\d|gpt-(5|6|7|8|9)|gpt-oss|codex)/.test(name) && !/-chat/.test(name);
}

/** Of OpenAI's own list, which also has models for speech, pictures and embeddings. */
export function isForChat(model: string): boolean {
  return (
    /^(gpt-|chatgpt-|o\d|codex)/.test(model) &&
    !/(audio|realtime|transcribe|tts|image|search|instruct|embedding|live)/.test(model)
  );
}

/** Without the vendor that routers put in front, as in `openai/gpt-5`. */
function bare(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}
