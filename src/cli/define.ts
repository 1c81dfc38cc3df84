/** A value of an option, by its type. */
interface OptionTypes {
  readonly flag: boolean
  readonly text: string
  readonly number: number
  /** May be given several times. */
  readonly list: readonly string[]
}

export interface OptionSpec {
  readonly type: keyof OptionTypes
  readonly help: string
  /** What stands for the value in help texts, such as `FILE`. */
  readonly value?: string
  readonly choices?: readonly string[]
}

export interface ArgumentSpec {
  readonly help: string
  readonly isOptional?: true
}

type Inputs<A, O> = {
  readonly [Name in keyof A]: A[Name] extends { readonly isOptional: true }
    ? string | undefined
    : string
} & {
  readonly [Name in keyof O]: O[Name] extends { readonly type: infer T extends keyof OptionTypes }
    ? T extends 'flag'
      ? boolean
      : T extends 'list'
        ? readonly string[]
        : OptionTypes[T] | undefined
    : never
}

/** What a command has beside its arguments: where results and words go, and how it is stopped. */
export interface Io {
  /** Results, to standard output. Resolves when the reader has taken them. */
  print(text: string): Promise<void>
  /** Everything else, to standard error: one line. */
  say(text: string): void
  /** Progress, to standard error: overwrites itself on a terminal, a plain line every ten seconds elsewhere. */
  progress(text: string): void
  /** Columns of the terminal that results go to; nothing when they go elsewhere. */
  readonly columns: number | undefined
  /** Whether a person can be asked. */
  readonly isInteractive: boolean
  /** Asks for a secret without showing it. */
  askSecret(question: string): Promise<string>
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** A command: declared once; help, parsing and the reference page come from it. */
export interface Command<
  A extends Readonly<Record<string, ArgumentSpec>> = Readonly<Record<string, ArgumentSpec>>,
  O extends Readonly<Record<string, OptionSpec>> = Readonly<Record<string, OptionSpec>>,
> {
  readonly name: string
  readonly summary: string
  readonly arguments: A
  readonly options: O
  /** Real command lines with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** Answers the exit code. */
  run(inputs: Inputs<A, O>, io: Io): Promise<number>
}

/** Declares a command. Option names are camel case here and `--kebab-case` on the command line. */
export function defineCommand<
  const A extends Readonly<Record<string, ArgumentSpec>>,
  const O extends Readonly<Record<string, OptionSpec>>,
>(command: Command<A, O>): Command<A, O> {
  return command
}
