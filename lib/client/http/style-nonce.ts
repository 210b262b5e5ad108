/**
 * The word that styles added by our scripts have to bear, as the server told it in a cookie; '' when it told
 * none.
 */
export function styleNonce(): string {
  if (typeof document === 'undefined') return ''
  const name = `skein_style_${location.port || (location.protocol === 'https:' ? '443' : '80')}`
  const [, value = ''] = new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(document.cookie) ?? []
  return value
}
