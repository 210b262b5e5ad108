import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { someSettings } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { AllowedModelsPanel } from './allowed-models-panel'

const model = (id: string) => ({
  ...{ id, alias: null, priced: true, retirement: null, fastRetirement: null, isRetired: false },
})
const settings = {
  ...someSettings,
  models: ['claude-sonnet-5-5', 'claude-haiku-5-5', 'claude-opus-5-5'].map(model),
}

it('allows only those that are ticked, one by its name, and never without the default', async () => {
  const api = fakeApi()
  api.answer(serverApi.getSettings, settings)
  api.accept(serverApi.changeSettings)
  const { user } = renderPage(<AllowedModelsPanel />)
  expect(await screen.findByText('Every model is allowed.')).toBeTruthy()
  const [sonnet, , opus] = screen.getAllByRole('checkbox')
  expect(sonnet).toHaveProperty('disabled', true)
  if (opus !== undefined) await user.click(opus)
  await user.type(screen.getByLabelText('Another model'), 'house/llama')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  await user.click(screen.getByRole('button', { name: 'Allow only these' }))
  expect(api.bodies(serverApi.changeSettings)).toEqual([
    { allowedModels: ['claude-sonnet-5-5', 'claude-haiku-5-5', 'house/llama'] },
  ])
})

it('says why a change was refused, and lifts the restriction', async () => {
  const api = fakeApi()
  api.answer(serverApi.getSettings, { ...settings, allowedModels: ['claude-sonnet-5-5'] })
  api.refuse(serverApi.changeSettings, { status: 403, detail: 'Your role is launcher.' })
  const { user } = renderPage(<AllowedModelsPanel />)
  await user.click(await screen.findByRole('button', { name: 'Allow every model' }))
  expect((await screen.findByRole('alert')).textContent).toContain('Your role is launcher.')
  expect(api.bodies(serverApi.changeSettings)).toEqual([{ allowedModels: null }])
})
