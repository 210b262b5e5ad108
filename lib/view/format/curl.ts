/** A launch as a command for a shell: the same request that the button sends, with its body quoted. */
export function asCurl(url: string, body: object): string {
  const data = JSON.stringify(body).replaceAll("'", `'\\''`)
  return `curl -X POST '${url}' -H 'content-type: application/json' -d '${data}'`
}
