'use client'

import { McpServersPanel } from './mcp-servers-panel'

/** What the operator configures while the server runs, beside money. */
export function SettingsScreen() {
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
      <McpServersPanel />
    </div>
  )
}
