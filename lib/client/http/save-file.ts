'use client'

/** Lets the browser save a text as a file. */
export function saveFile(name: string, text: string, type = 'text/javascript'): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  saveAddress(address, name)
  URL.revokeObjectURL(address)
}

/** Lets the browser save what an address answers; without a name under the one it is given there. */
export function saveAddress(address: string, name = ''): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
