import { LongText } from '@/components/ui/long-text'
import { PlaceLink } from '@/components/ui/place-link'
import { ScrollBox } from '@/components/ui/scroll-box'
import { plural } from '@/lib/view/format/numbers'
import { type Finding, placeOfFinding } from '@/lib/view/run/result-view'

/** More rows than this are in the JSON below. */
const mostRows = 500

export function FindingsTable({ findings }: { findings: readonly Finding[] }) {
  const hasSeverity = findings.some((finding) => finding.severity !== null)
  return (
    <section aria-labelledby="findings-title" className="panel overflow-hidden">
      <h2 id="findings-title" className="border-b px-4 py-2.5 text-sm font-semibold">
        {plural(findings.length, 'finding')}
        {findings.length > mostRows && (
          <span className="font-normal text-ink-3"> · showing the first {mostRows}; all are in the JSON</span>
        )}
      </h2>
      <ScrollBox label="Findings" className="relative overflow-x-auto">
        <table className="w-full min-w-[560px] text-sm">
          <thead>
            <tr className="text-left">
              {hasSeverity && <th className="eyebrow px-4 py-2">Severity</th>}
              <th className="eyebrow px-4 py-2">Where</th>
              <th className="eyebrow px-4 py-2">What</th>
            </tr>
          </thead>
          <tbody>
            {findings.slice(0, mostRows).map((finding, index) => (
              <tr key={index} className="border-t align-top">
                {hasSeverity && <td className="px-4 py-2 whitespace-nowrap">{severityWords(finding)}</td>}
                <td className="max-w-72 px-4 py-2 font-mono text-xs leading-5 break-all">
                  <PlaceLink place={placeOfFinding(finding)}>
                    <LongText text={finding.file} first={1_000} className="break-all" />
                    {finding.line !== null && <span className="text-ink-3">:{finding.line}</span>}
                    {finding.page !== null && <span className="text-ink-3"> p. {finding.page}</span>}
                  </PlaceLink>
                </td>
                <td className="px-4 py-2">
                  <p className="font-medium">
                    <LongText text={finding.title} first={1_000} className="break-words" />
                  </p>
                  {finding.detail !== '' && (
                    <p className="mt-0.5 text-ink-2">
                      <LongText text={finding.detail} first={2_000} className="break-words" />
                    </p>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  )
}

/** How bad it is; that it is confirmed goes without saying. */
function severityWords({ severity, verdict }: Finding): string {
  const isPlain = verdict === null || verdict === 'confirmed' || verdict === severity
  return isPlain ? (severity ?? '–') : `${severity ?? '–'} ${verdict}`
}
