/** A model as people say it: `claude-sonnet-5-5` is Sonnet 5.5. An unknown id stays as it is. */
export function modelName(model: string): string {
  const found = /^claude-([a-z]+)-(\d+)(?:-(\d{1,2}))?(?:-\d{8})?$/.exec(model)
  if (found === null) return model
  const [, family = '', major, minor] = found
  return `${family.charAt(0).toUpperCase()}${family.slice(1)} ${minor === undefined ? major : `${major}.${minor}`}`
}

/** A rate-limit family as people say it: `sonnet-5-5` is Sonnet 5.5, `opus-5 fast` is Opus 5 fast. */
export function familyName(family: string): string {
  const [id = family, ...rest] = family.split(' ')
  const name = modelName(`claude-${id}`)
  return name.startsWith('claude-') ? family : [name, ...rest].join(' ')
}
