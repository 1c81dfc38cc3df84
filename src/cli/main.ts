import { Command as Parser, CommanderError, InvalidArgumentError, Option } from 'commander'
import { version } from '#app'
import { commands } from './commands/index.ts'
import type { Command, OptionSpec } from './define.ts'
import { explain } from './explain-error.ts'
import { openIo } from './io.ts'
import { programName } from './program-name.ts'

/** Runs one command line and sets the exit code (DESIGN: 0 fine, 1 our fault, 2 wrong use, 3 cannot reach, 4 gaps, 10 findings, 130 interrupted). */
async function main(): Promise<void> {
  const io = openIo()
  let code = 0
  const parser = new Parser('glacis')
    .description(
      'On-premise identity security for Active Directory: see what is exposed, and what to do about it.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .showHelpAfterError(`  try: ${programName} --help`)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`glacis: ${text.replace(/^error: /, '')}`),
    })
    .addHelpText(
      'after',
      `\nStart with: ${programName} assess sample\nMore on a command: ${programName} help COMMAND`,
    )
  for (const command of commands) {
    addCommand(parser, command, async (inputs) => {
      code = await command.run(inputs as never, io)
    })
  }
  try {
    if (process.argv.length <= 2) {
      parser.outputHelp({ error: true })
      code = 2
    } else await parser.parseAsync(process.argv)
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2
    else {
      const explained = explain(error)
      for (const line of explained.lines) io.say(line)
      code = explained.code
    }
  } finally {
    io.close()
  }
  process.exitCode = code
}

function addCommand(
  parser: Parser,
  command: Command,
  action: (inputs: object) => Promise<void>,
): void {
  const sub = parser
    .command(command.name)
    .description(command.summary)
    .showHelpAfterError(`  try: ${programName} help ${command.name}`)
    .exitOverride()
  const names = Object.keys(command.arguments)
  for (const [name, { help, isOptional }] of Object.entries(command.arguments)) {
    sub.argument(isOptional === true ? `[${name}]` : `<${name}>`, help)
  }
  for (const [name, spec] of Object.entries(command.options)) sub.addOption(optionOf(name, spec))
  const examples = command.examples.map(
    ([line, does]) => `  ${line.replace(/^glacis\b/, programName)}\n      ${does}`,
  )
  sub.addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
  sub.action(async (...given: unknown[]) => {
    const values = given.slice(0, names.length)
    const lists = Object.entries(command.options)
      .filter(([, { type }]) => type === 'list')
      .map(([name]) => [name, []])
    const flags = Object.entries(command.options)
      .filter(([, { type }]) => type === 'flag')
      .map(([name]) => [name, false])
    await action({
      ...Object.fromEntries([...lists, ...flags]),
      ...sub.opts(),
      ...Object.fromEntries(names.map((name, index) => [name, values[index]])),
    })
  })
}

function optionOf(name: string, { type, help, value = 'VALUE', choices }: OptionSpec): Option {
  const long = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const option = new Option(type === 'flag' ? long : `${long} <${value}>`, help)
  if (choices !== undefined) option.choices(choices)
  if (type === 'number') option.argParser(numberOf)
  if (type === 'list')
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      text,
    ])
  return option
}

function numberOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

await main()
