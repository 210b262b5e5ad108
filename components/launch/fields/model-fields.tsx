import { Field, Input, Select } from '@/components/ui/form/field'
import type { Settings } from '@/lib/api/settings'
import { effortSchema } from '@/lib/core/spec/run'
import { modelName } from '@/lib/view/format/model-name'
import { allowedModels } from '@/lib/view/permissions/allowed-models'
import { DeliveryField } from './delivery-field'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

type Props = FormProps & { settings: Settings | undefined }

/** Who answers, how hard it thinks, and how many at once. A script may choose for single agents. */
export function ModelFields({ form, edit, settings, errorOf }: Props) {
  const models = allowedModels(settings)
  const picked = models.find(({ id }) => id === (form.model || settings?.defaultModel))
  const isListed = form.model === '' || models.some((model) => model.id === form.model)
  return (
    <Section title="Model" hint="The script may set another model for some agents; the plan shows which.">
      <div className="grid gap-3 sm:grid-cols-3">
        <Field
          id="model"
          label="Default model"
          hint={
            picked?.priced === false
              ? 'No known price: cost is unknown.'
              : ((form.speed === 'fast' ? picked?.fastRetirement : picked?.retirement) ?? undefined)
          }
          error={errorText(errorOf('model'))}
        >
          {(wired) => (
            <Select {...wired} value={form.model} onChange={(event) => edit('model', event.target.value)}>
              <option value="">
                {settings === undefined ? 'Default' : `Default: ${modelName(settings.defaultModel)}`}
              </option>
              {!isListed && <option value={form.model}>{form.model}</option>}
              {models.map((model) => (
                <option key={model.id} value={model.id}>
                  {modelName(model.id)}
                  {model.priced ? '' : ' (price unknown)'}
                  {model.isRetired ? ' (retired)' : model.retirement === null ? '' : ' (retires soon)'}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field id="effort" label="Effort" error={errorText(errorOf('effort'))}>
          {(wired) => (
            <Select {...wired} value={form.effort} onChange={(event) => edit('effort', event.target.value)}>
              <option value="">Model default</option>
              {effortSchema.options.map((effort) => (
                <option key={effort} value={effort}>
                  {effort}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          id="concurrency"
          label="Max concurrency"
          hint={
            settings === undefined
              ? undefined
              : `Empty: as many as the provider allows, up to ${settings.maxConcurrency}.`
          }
          error={errorText(errorOf('concurrency'))}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              placeholder="no limit"
              value={form.concurrency}
              onChange={(event) => edit('concurrency', event.target.value)}
            />
          )}
        </Field>
        <Field
          id="models"
          label="Models agents may choose"
          hint="Empty: any. Otherwise names such as “haiku, sonnet”; other requests get the default model."
          error={errorText(errorOf('models'))}
        >
          {(wired) => (
            <Input
              {...wired}
              placeholder="any"
              value={form.models}
              onChange={(event) => edit('models', event.target.value)}
            />
          )}
        </Field>
        <Field
          id="fallbackModel"
          label="Fallback model"
          hint="When a model declines to answer, the agent is asked once more on this one. Security audits need it most."
          error={errorText(errorOf('fallbackModel'))}
        >
          {(wired) => (
            <Select
              {...wired}
              value={form.fallbackModel}
              onChange={(event) => edit('fallbackModel', event.target.value)}
            >
              <option value="">None: the refusal stands</option>
              {models.map(({ id }) => (
                <option key={id} value={id}>
                  {modelName(id)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          id="longContext"
          label="Long conversations"
          hint="Some models charge more for long prompts (Haiku 5.5 five times as much above 100,000 tokens). Agents summarise their work before that, or go on at the higher price."
          error={errorText(errorOf('longContext'))}
        >
          {(wired) => (
            <Select
              {...wired}
              value={form.longContext}
              onChange={(event) =>
                edit('longContext', event.target.value === 'allow' ? 'allow' : 'summarise')
              }
            >
              <option value="summarise">Summarise before that</option>
              <option value="allow">Go on at that price</option>
            </Select>
          )}
        </Field>
        <Field
          id="speed"
          label="Speed"
          hint="Fast costs 2× and writes up to 2.5× as quickly, on models that support it."
          error={errorText(errorOf('speed'))}
        >
          {(wired) => (
            <Select
              {...wired}
              value={form.speed}
              onChange={(event) => edit('speed', event.target.value === 'fast' ? 'fast' : 'standard')}
            >
              <option value="standard">Standard</option>
              <option value="fast">Fast</option>
            </Select>
          )}
        </Field>
        <Field
          id="cacheWait"
          label="Prompt-cache warm-up (s)"
          hint="Agents with the same prefix wait for the first to fill the prompt cache, then read it at a tenth of the price. 0 never waits."
          error={errorText(errorOf('cacheWait'))}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              placeholder="15"
              value={form.cacheWait}
              onChange={(event) => edit('cacheWait', event.target.value)}
            />
          )}
        </Field>
      </div>
      <DeliveryField form={form} edit={edit} />
    </Section>
  )
}
