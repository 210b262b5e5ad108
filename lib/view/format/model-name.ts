/** A model as people say it: `claude-sonnet-5-5` is Sonnet 5.5. An unknown id stays as it is. */
export function modelName(model: string): string {
  const found = /^claude-([a-z]+)-(\d+)(?:-(\d{1,2}))?(?:-\d{8})?$/.exec(model)
  if (found === null) return model
  const [, family = '', major, minor] = found
  return `${family.charAt(0).toUpperCase()}${family.slice(1)} ${minor === undefined ? major : `${major}.${minor}`}`
}
