'use client'

import { BillingPanel } from '@/components/billing/billing-panel'
import { GithubPanel } from '@/components/github/github-panel'
import { AllowedModelsPanel } from './allowed-models-panel'
import { BackupsPanel } from './backups-panel'
import { FoldersPanel } from './folders-panel'
import { McpServersPanel } from './mcp-servers-panel'
import { PermissionsPanel } from './projects/permissions-panel'
import { ProviderKeyPanel } from './projects/provider-key-panel'
import { RetentionPanel } from './retention-panel'
import { SettingsPage } from './settings-page'

/** What the operator configures while the server runs, beside money. */
export function SettingsScreen() {
  return (
    <SettingsPage>
      <AllowedModelsPanel />
      <PermissionsPanel />
      <ProviderKeyPanel />
      <BillingPanel />
      <GithubPanel />
      <FoldersPanel />
      <McpServersPanel />
      <RetentionPanel />
      <BackupsPanel />
    </SettingsPage>
  )
}
