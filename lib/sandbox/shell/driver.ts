/** Descriptors of the driver, far from those that scripts use: commands come in by one, marks go out by one. */
const IN = 100
const OUT = 101

/**
 * The program of a warm shell, for bash. It says that it is ready, waits until it is bounded, and then reads
 * a line for each command: the number of its file and the word its end is marked with. Commands run in this
 * same shell, so that folder, variables and functions last; they have no input, and none of the descriptors.
 *
 * An end is told as a NUL, the word, the exit code, the folder, and a NUL. No text of a command can hold a
 * NUL, so a mark is met by accident nowhere; a process that fakes one deceives nobody but its own agent.
 */
export function driverText(options: {
  setUp: readonly string[]
  beforeCommands: readonly string[]
  /** Where it sees the files of commands. */
  control: string
}): string {
  return `exec ${IN}<&0 ${OUT}>&1 </dev/null 2>&1
${options.setUp.join('\n')}
builtin cd -- "$2" 2>/dev/null
builtin printf '\\0%s 0 %s\\0' "$1" "$PWD" >&${OUT}
IFS= builtin read -r -u ${IN} || exit 0
${options.beforeCommands.join('\n')}
set --
while IFS=' ' builtin read -r -u ${IN} SKEIN_COMMAND SKEIN_MARK; do
  builtin source ${quoted(options.control)}/"command-$SKEIN_COMMAND" </dev/null >&${OUT} 2>&1 ${IN}<&- ${OUT}>&-
  builtin printf '\\0%s %d %s\\0' "$SKEIN_MARK" "$?" "$PWD" >&${OUT}
done
`
}

/**
 * The driver of one program, which follows as its third argument and on: it says that it is ready, waits until
 * it is bounded, and becomes the program, whose input is what follows on the pipe. What the program complains
 * of is kept by nobody. Ends with 127 where there is no such program.
 */
export function programDriverText(options: {
  setUp: readonly string[]
  beforeCommands: readonly string[]
}): string {
  return `${options.setUp.join('\n')}
builtin cd -- "$2" 2>/dev/null
builtin printf '\\0%s 0 %s\\0' "$1" "$PWD"
IFS= builtin read -r || exit 0
${options.beforeCommands.join('\n')}
shift 2
builtin type -P -- "$1" >/dev/null 2>&1 || exit 127
exec 2>/dev/null
exec -- "$@"
`
}

/** The file of a command. A folder to begin in lasts, as \`cd\` does. */
export function commandText(command: string, folder: string | undefined): string {
  const begin = folder === undefined ? '' : `builtin cd -- ${quoted(folder)} || builtin return 1\n`
  return `${begin}${command}\n`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
