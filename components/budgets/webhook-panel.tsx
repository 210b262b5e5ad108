'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import type { Webhook } from '@/lib/api/alerts'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useSaveWebhook, useTestWebhook, useWebhook } from '@/lib/client/queries/money-queries'
import type { NoticeKind } from '@/lib/core/spec/run-notice'
import { DeliveryLog } from './delivery-log'

/** Where warnings are sent, signed; the secret goes in and never comes out. */
export function WebhookPanel() {
  const { data, error } = useWebhook()
  return (
    <section aria-labelledby="webhook-title" className="panel flex flex-col gap-3 p-4">
      <div>
        <h2 id="webhook-title" className="text-sm font-semibold">
          Webhook
        </h2>
        <p className="max-w-3xl text-xs text-ink-3">
          Alerts, and what you choose of runs, are posted as JSON, signed by{' '}
          <a href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer" className="underline">
            Standard Webhooks
          </a>
          : any of its libraries verifies them with your secret. Failed deliveries are retried seven times
          within nine hours; <code>webhook-id</code> stays the same. Only public addresses are allowed.
        </p>
      </div>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined ? <Loading label="Loading…" /> : <WebhookForm webhook={data} />}
      {data !== undefined && data.deliveries.length > 0 && <DeliveryLog deliveries={data.deliveries} />}
    </section>
  )
}

function WebhookForm({ webhook }: { webhook: Webhook }) {
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState('')
  const save = useSaveWebhook()
  const test = useTestWebhook()
  const problem = save.error === null ? null : problemOf(save.error)
  const errorOf = (path: string) => problem?.errors?.find((one) => one.path === path)?.message
  const isOn = webhook.url !== null
  return (
    <>
      {isOn && (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <p className="min-w-0 flex-1">
            Sends to <span className="font-medium">{webhook.url}</span>
            <span className="text-ink-3">, signed</span>
          </p>
          <Button
            disabled={test.isPending}
            onClick={() =>
              test.mutate(undefined, {
                onSuccess: ({ deliveries }) => {
                  const sent = deliveries.find(({ kind }) => kind === 'test')
                  const isGood = sent?.status === 'delivered'
                  notify(isGood ? 'The test was delivered.' : `The test failed: ${sent?.lastAnswer ?? ''}.`, {
                    isError: !isGood,
                  })
                },
              })
            }
          >
            {test.isPending ? 'Sending…' : 'Send a test'}
          </Button>
          <Confirm
            title="Turn off the webhook?"
            verb="Turn off"
            onConfirm={() => save.mutate({ url: null })}
            trigger={<Button variant="danger">Turn off</Button>}
          >
            The address and the secret are deleted. Alerts still appear on the overview.
          </Confirm>
        </div>
      )}
      {test.error !== null && (
        <ErrorNote title={problemOf(test.error).title} detail={problemOf(test.error).detail} />
      )}
      {isOn && <WhatIsSent webhook={webhook} />}
      <form
        className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate(
            { url, ...(secret === '' ? {} : { secret }) },
            {
              onSuccess: () => {
                setUrl('')
                setSecret('')
                notify('Webhook saved.')
              },
            },
          )
        }}
      >
        <Field id="webhook-url" label={isOn ? 'Change address' : 'Address'} error={errorOf('url')}>
          {(wired) => (
            <Input
              {...wired}
              type="url"
              autoComplete="off"
              placeholder="https://…"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field
          id="webhook-secret"
          label="Secret"
          error={errorOf('secret')}
          hint={
            webhook.hasSecret
              ? 'Empty keeps the current secret. It is never shown again.'
              : 'It is never shown again.'
          }
        >
          {(wired) => (
            <div className="flex gap-2">
              <Input
                {...wired}
                type="text"
                autoComplete="off"
                spellCheck={false}
                placeholder="whsec_…"
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
              <Button onClick={() => setSecret(freshSecret())}>Generate</Button>
              {secret !== '' && <CopyButton text={secret} label="Copy the secret" />}
            </div>
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          disabled={url.trim() === '' || save.isPending}
          className="mt-[22px]"
        >
          Save
        </Button>
      </form>
      {problem !== null && problem.errors === undefined && (
        <ErrorNote title={problem.title} detail={problem.detail} />
      )}
    </>
  )
}

const notices: readonly { kind: NoticeKind; label: string }[] = [
  { kind: 'ended', label: 'it ends' },
  { kind: 'asks', label: 'it asks somebody' },
  { kind: 'paused', label: 'it pauses, as at a cap' },
  { kind: 'first-failure', label: 'its first agent fails' },
]

/** What of runs is sent beside alerts, and how it is written. Each choice is saved at once. */
function WhatIsSent({ webhook: { runNotices, format } }: { webhook: Webhook }) {
  const save = useSaveWebhook()
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm" disabled={save.isPending}>
        <legend className="mb-1 text-xs font-medium text-ink-2">Tell of a run when</legend>
        {notices.map(({ kind, label }) => (
          <label key={kind} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={runNotices.includes(kind)}
              onChange={(event) =>
                save.mutate({
                  runNotices: event.target.checked
                    ? [...runNotices, kind]
                    : runNotices.filter((one) => one !== kind),
                })
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Field id="webhook-format" label="Written for">
        {(wired) => (
          <Select
            {...wired}
            value={format}
            disabled={save.isPending}
            onChange={(event) => save.mutate({ format: event.target.value === 'slack' ? 'slack' : 'json' })}
          >
            <option value="json">a program (JSON)</option>
            <option value="slack">Slack</option>
          </Select>
        )}
      </Field>
      {save.error !== null && (
        <ErrorNote title={problemOf(save.error).title} detail={problemOf(save.error).detail} />
      )}
    </div>
  )
}

/** 32 random bytes, as Standard Webhooks writes a secret. */
function freshSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}
