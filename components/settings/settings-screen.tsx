'use client'

import { AllowedModelsPanel } from './allowed-models-panel'
import { FoldersPanel } from './folders-panel'
import { McpServersPanel } from './mcp-servers-panel'
import { ProviderKeyPanel } from './provider-key-panel'
import { SettingsPage } from './settings-page'

/** What the operator configures while the server runs, beside money. */
export function SettingsScreen() {
  return (
    <SettingsPage>
      <AllowedModelsPanel />
      <ProviderKeyPanel />
      <FoldersPanel />
      <McpServersPanel />
    </SettingsPage>
  )
}
