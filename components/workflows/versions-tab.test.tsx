import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aWorkflow } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { localActor } from '@/lib/core/base/actor'
import { VersionsTab } from './versions-tab'

const version = (number: number) => ({
  version: number,
  digest: `d${number}`,
  savedAt: '2026-11-20T10:00:00.000Z',
  savedBy: localActor,
  note: null,
})

it('makes an older version the newest again, by saving it once more', async () => {
  const api = fakeApi()
  api.answer(workflowApi.getWorkflow, aWorkflow('greet', { version: 1, source: 'the first' }))
  api.answer(workflowApi.saveWorkflow, aWorkflow('greet', { version: 3 }))
  const workflow = aWorkflow('greet', { origin: 'saved', version: 2, versions: [version(2), version(1)] })
  const { user } = renderPage(<VersionsTab workflow={workflow} from={null} to={null} onCompare={() => {}} />)
  expect(screen.queryByRole('button', { name: 'Restore version 2' })).toBeNull()
  expect(screen.getByRole('link', { name: 'View version 1' })).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Restore version 1' }))
  await waitFor(() =>
    expect(api.bodies(workflowApi.saveWorkflow)).toEqual([
      { source: 'the first', note: 'Restored version 1', basedOn: 'd2' },
    ]),
  )
})
