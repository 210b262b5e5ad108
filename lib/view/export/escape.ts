const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Marks that turn the direction of what follows, and characters that no HTML may hold. */
const unshowable = /(?![\n\r\t])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu

/**
 * A text as HTML shows it; nothing in it is markup any more. Marks that would turn the direction of the words
 * around it, and control characters, are written out as `[U+202E]`: nothing reads otherwise than it is.
 */
export function escapeHtml(text: string): string {
  return text.replace(unshowable, named).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

function named(character: string): string {
  return `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`
}
