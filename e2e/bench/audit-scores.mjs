// How the result of an audit compares with what was planted.

/** Lines that a finding may be off and still mean the planted one: the statement begins above, or ends below. */
const NEAR = 2

/**
 * Compares by place: a finding means the nearest planted one of its file, of its kind before any other. Recall counts
 * what stands as confirmed or unverified; precision counts what was confirmed, of defects and traps alone, since what
 * nobody planted may be a defect all the same.
 */
export function scoresOf({ findings, refuted }, defects, traps) {
  const all = [
    ...defects.map((one) => ({ ...one, isDefect: true })),
    ...traps.map((one) => ({ ...one, isDefect: false })),
  ]
  const meant = new Map()
  const unlisted = []
  for (const finding of findings) {
    const one = plantedNear(finding, all)
    if (one === null) unlisted.push(finding)
    else if (!meant.has(one.id) || finding.verdict === 'confirmed') meant.set(one.id, finding)
  }
  const found = all.filter((one) => one.isDefect && meant.has(one.id))
  const isConfirmed = (one) => meant.get(one.id)?.verdict === 'confirmed'
  const confirmed = found.filter(isConfirmed).length
  const trapsConfirmed = all.filter((one) => !one.isDefect && isConfirmed(one)).length
  return {
    recall: found.length / defects.length,
    precision: confirmed / (confirmed + trapsConfirmed),
    severity: found.filter((one) => meant.get(one.id).severity === one.severity).length / found.length,
    confirmed,
    unverified: found.length - confirmed,
    trapsConfirmed,
    trapsRefuted: new Set(
      refuted.map((finding) => plantedNear(finding, all)).filter((one) => one !== null && !one.isDefect),
    ).size,
    unlisted,
    missed: defects.filter((one) => !meant.has(one.id)),
  }
}

function plantedNear({ file, line, kind }, all) {
  const near = all
    .filter((one) => one.file === file && line !== null && Math.abs(one.line - line) <= NEAR)
    .sort(
      (a, b) =>
        Number(b.kind === kind) - Number(a.kind === kind) ||
        Math.abs(a.line - line) - Math.abs(b.line - line),
    )
  return near[0] ?? null
}
