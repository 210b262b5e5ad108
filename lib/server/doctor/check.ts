/**
 * What was found of one thing. A failed one keeps Skein from working or puts what it keeps at risk; a warning is
 * worth a look. `todo` says what to do, for both.
 */
export type Check = {
  name: string
  status: 'ok' | 'warning' | 'failed' | 'skipped'
  told: string
  todo: string | null
}

export function fine(name: string, told: string): Check {
  return { name, status: 'ok', told, todo: null }
}

export function warning(name: string, told: string, todo: string): Check {
  return { name, status: 'warning', told, todo }
}

export function failed(name: string, told: string, todo: string): Check {
  return { name, status: 'failed', told, todo }
}

export function skipped(name: string, told: string): Check {
  return { name, status: 'skipped', told, todo: null }
}
