/**
 * The environment of a program that gets nothing of ours. The framework's types want NODE_ENV in every one; no
 * program that we start so reads it.
 */
export function bareEnvironment(
  values: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  return { ...values } as NodeJS.ProcessEnv
}
