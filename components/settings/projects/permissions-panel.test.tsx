import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { someSettings } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { leastAtFirst, noBounds } from '@/lib/core/spec/permissions'
import { PermissionsPanel } from './permissions-panel'

it('says what may be permitted and what is on at launch, each with its hosts', async () => {
  const api = fakeApi()
  api.answer(serverApi.getSettings, someSettings)
  api.accept(serverApi.changeSettings)
  const { user } = renderPage(<PermissionsPanel />)
  await user.click(await screen.findByLabelText('Write files: on at launch'))
  await user.click(screen.getByLabelText('Run commands: on at launch'))
  await user.type(screen.getByLabelText(/^Hosts that commands reach/), 'api.example.org')
  await user.type(screen.getByLabelText(/^Only these hosts/), '*.example.org, example.net')
  await user.click(screen.getByLabelText('Use the web: may be permitted'))
  await user.selectOptions(screen.getByLabelText(/^When an agent needs more/), 'ask')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(api.bodies(serverApi.changeSettings)).toEqual([
    {
      permissionBounds: { ...noBounds, web: false, hosts: ['*.example.org', 'example.net'] },
      initialPermissions: {
        ...leastAtFirst,
        write: true,
        shell: true,
        hosts: ['api.example.org'],
        whenNotPermitted: 'ask',
      },
    },
  ])
})

it('takes away at launch what may not be permitted, and says why a change was refused', async () => {
  const api = fakeApi()
  api.answer(serverApi.getSettings, {
    ...someSettings,
    initialPermissions: { ...leastAtFirst, shell: true, hosts: ['api.example.org'] },
  })
  api.refuse(serverApi.changeSettings, { status: 403, detail: 'Your role is launcher.' })
  const { user } = renderPage(<PermissionsPanel />)
  await user.click(await screen.findByLabelText('Run commands: may be permitted'))
  expect(screen.getByLabelText('Run commands: on at launch')).toMatchObject({
    checked: false,
    disabled: true,
  })
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect((await screen.findByRole('alert')).textContent).toContain('Your role is launcher.')
  expect(api.bodies(serverApi.changeSettings)).toMatchObject([
    { permissionBounds: { shell: false }, initialPermissions: { shell: false, hosts: [] } },
  ])
})

it('shows what Default takes away as off, and leaves it as the project has it', async () => {
  const api = fakeApi()
  api.answer(serverApi.getSettings, { ...someSettings, permissionBounds: { ...noBounds, shell: false } })
  api.accept(serverApi.changeSettings)
  const { user } = renderPage(<PermissionsPanel />)
  const shell = await screen.findByLabelText('Run commands: may be permitted')
  expect(shell).toMatchObject({ checked: false, disabled: true })
  await user.click(screen.getByLabelText('Write files: on at launch'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(api.bodies(serverApi.changeSettings)).toMatchObject([{ permissionBounds: { shell: true } }])
})
