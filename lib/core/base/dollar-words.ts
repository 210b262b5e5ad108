/** An amount in nanodollars as sentences of the server say it: `$20`, `$0.05`, `$0.0031`; never below nothing. */
export function dollarWords(nanoUsd: number): string {
  const dollars = Math.max(0, nanoUsd) / 1e9
  if (Number.isInteger(dollars)) return `$${dollars.toLocaleString('en')}`
  const isWholeCents = Math.round(dollars * 1e9) % 1e7 === 0
  return `$${dollars.toFixed(dollars < 0.1 && !isWholeCents ? 4 : 2)}`
}
