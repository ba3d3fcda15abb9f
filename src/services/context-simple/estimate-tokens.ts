/** How many tokens a message takes, about: four characters each, and a flat price for an image. */
import { type ContentBlock, type Message, messageText } from '../../protocol/data.ts';

const CHARS_PER_TOKEN = 4;
/** What vendors charge for one of about a megapixel. */
const IMAGE_TOKENS = 1_600;
/** Role, ids and separators. */
const MESSAGE_TOKENS = 4;

export function estimateTokens(message: Message): number {
  const calls = message.tool_calls?.length ? JSON.stringify(message.tool_calls).length : 0;
  const blocks = Array.isArray(message.content) ? message.content : [];
  const others = blocks.reduce((sum, block) => sum + blockTokens(block), 0);
  return Math.ceil((messageText(message).length + calls) / CHARS_PER_TOKEN) + others + MESSAGE_TOKENS;
}

/** Of all but text, which the message's text counts. */
function blockTokens(block: ContentBlock): number {
  if (block.type === 'text') return 0;
  if (block.type === 'image') return IMAGE_TOKENS;
  return Math.ceil(JSON.stringify(block).length / CHARS_PER_TOKEN);
}
