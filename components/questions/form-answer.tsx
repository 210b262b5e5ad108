'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, TextArea } from '@/components/ui/form/field'
import { SchemaFields } from '@/components/ui/form/schema-fields'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { useAnswer, useDraft } from '@/lib/client/queries/checkpoint-queries'
import { readArgs } from '@/lib/view/launch/read-args'
import { type ArgField, argError, argValues, withArg } from '@/lib/view/questions/args-form'
import { type AnswerError, answerErrors, bareName } from '@/lib/view/questions/question'
import { ScriptAnswer } from './script-answer'

type Props = {
  runId: string
  checkpointId: string
  /** Null where only JSON can hold the answer. */
  fields: readonly ArgField[] | null
  /** The answer is the one field itself, no object round it. */
  isBare: boolean
  start: string
}

/** An answer with parts: a form, and always as JSON too. A refusal is shown at its field. */
export function FormAnswer({ runId, checkpointId, fields, isBare, start }: Props) {
  const [text, setText] = useDraft(runId, checkpointId, 'form', start)
  const [wantsJson, setWantsJson] = useState(false)
  const [own, setOwn] = useState<AnswerError[]>([])
  const answer = useAnswer(runId, checkpointId)
  const values = argValues(text)
  const shown = wantsJson || values === null ? null : fields
  const errors = [...own, ...(answer.error === null ? [] : answerErrors(problemOf(answer.error)))]
  const known = (name: string) => shown?.some((field) => field.name === name) === true
  const errorOf = (name: string) => errors.find((error) => error.name === name || (isBare && known(name)))
  const loose = errors.filter(({ name }) => !(isBare && shown !== null) && !known(name))

  const edit = (next: string) => {
    setText(next)
    setOwn([])
    answer.reset()
  }
  const send = () => {
    const read = readArgs(text)
    if (read.kind === 'error') {
      const { message, line, column } = read.error
      return setOwn([{ name: '', message, line: line ?? null, column: column ?? null }])
    }
    const wrong = fields === null ? null : argError(fields, text)
    if (wrong !== null) return setOwn([{ ...wrong, line: null, column: null }])
    const nothingFilled = fields === null ? null : {}
    const whole = read.kind === 'value' ? read.value : nothingFilled
    answer.mutate({ answer: isBare ? (argValues(text)?.[bareName] ?? null) : whole })
  }

  const prefix = `answer-${checkpointId}`
  return (
    <form
      noValidate
      className="flex max-w-3xl flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!answer.isPending && !answer.isSuccess) send()
      }}
    >
      {shown !== null && values !== null ? (
        <SchemaFields
          fields={shown}
          values={values}
          onValue={(field, typed) => edit(withArg(text, field, typed))}
          errorOf={(name) => errorOf(name)?.message}
          prefix={prefix}
          choices="radio"
          scriptField={(field, value) => (
            <ScriptAnswer
              id={`${prefix}-${field.name}`}
              label={field.label}
              value={value}
              onValue={(typed) => edit(withArg(text, field, typed))}
              problem={errorOf(field.name) ?? null}
            />
          )}
        />
      ) : (
        <Field
          id={prefix}
          label="Answer, as JSON"
          hint={isBare ? `The answer is under "${bareName}".` : 'Passed to the script unchanged.'}
          error={loose.length === 0 ? undefined : loose.map(jsonComplaint).join(' ')}
        >
          {(wired) => (
            <TextArea {...wired} rows={6} value={text} onChange={(event) => edit(event.target.value)} />
          )}
        </Field>
      )}
      {shown !== null && loose.map((error) => <ErrorNote key={error.message} title={jsonComplaint(error)} />)}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={answer.isPending || answer.isSuccess}>
          {answer.isPending ? 'Sending…' : 'Answer'}
        </Button>
        {fields !== null && (
          <Button
            variant="quiet"
            size="sm"
            disabled={values === null}
            onClick={() => setWantsJson(shown !== null)}
          >
            {shown === null ? 'Fill in a form' : 'Edit answer as JSON'}
          </Button>
        )}
      </div>
    </form>
  )
}

function jsonComplaint({ name, message, line, column }: AnswerError): string {
  const place = line === null ? '' : ` (line ${line}, column ${column ?? 1})`
  return name === '' ? `${message}${place}` : `${name}: ${message}${place}`
}
