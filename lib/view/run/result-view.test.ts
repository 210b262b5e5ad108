import { describe, expect, it } from 'vitest'
import { resultView } from './result-view'

describe('result view', () => {
  it('finds the report and the findings wherever a script put them', () => {
    const view = resultView({
      report: '# Hi',
      items: [{ file: 'a.ts', line: 3, severity: 'high', title: 'T', why: 'W' }],
    })
    expect(view.report).toBe('# Hi')
    expect(view.findings).toMatchObject([
      {
        file: 'a.ts',
        line: 3,
        severity: 'high',
        title: 'T',
        detail: 'W',
        kind: null,
        fix: null,
        verdict: null,
      },
    ])
  })

  it('reads a bare text as the report and a bare list as findings', () => {
    expect(resultView('done').report).toBe('done')
    expect(resultView([{ path: 'b.ts', line: '12-14', issue: 'I' }]).findings?.[0]).toMatchObject({
      file: 'b.ts',
      line: 12,
    })
  })

  it('makes no table of what names no file', () => {
    expect(resultView({ list: [{ name: 'x' }, 3, null] })).toMatchObject({ report: null, findings: null })
  })

  it('takes the list of that name, whatever other list is longer', () => {
    const [found, other] = [
      { file: 'a.ts', title: 'A' },
      { file: 'b.ts', title: 'B' },
    ]
    expect(resultView({ refuted: [other, other], findings: [found] }).findings).toMatchObject([found])
    expect(resultView({ refuted: [other], findings: [] }).findings).toEqual([])
  })
})
