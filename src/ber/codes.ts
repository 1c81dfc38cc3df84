/** One enumeration in both directions; a value outside it does not exist. */
export interface Codes<Name extends string> {
  /** Which enumeration this is, for errors: `SearchRequest.scope`. */
  readonly field: string
  readonly names: readonly Name[]
  readonly isOpen: false
  /** The name for a number, or undefined when nobody defined it. */
  nameOf(code: number): Name | undefined
  codeOf(name: Name): number
}

/** An enumeration that may grow: a number without a name stands for itself. */
export interface OpenCodes<Name extends string> {
  readonly field: string
  readonly names: readonly Name[]
  readonly isOpen: true
  nameOf(code: number): Name | undefined
  codeOf(name: Name | number): number
}

/** The names an enumeration holds: `CodeName<typeof scopes>`. */
export type CodeName<Table> = Table extends { readonly names: readonly (infer Name)[] }
  ? Name
  : never

/** Declares a closed enumeration. A number used twice is a mistake in the table and throws at load. */
export function codes<const Table extends Readonly<Record<string, number>>>(
  field: string,
  table: Table,
): Codes<keyof Table & string> {
  return { field, isOpen: false, ...index<keyof Table & string>(field, table) }
}

/** Declares an enumeration its specification leaves open ("..."): unknown numbers are kept as numbers. */
export function openCodes<const Table extends Readonly<Record<string, number>>>(
  field: string,
  table: Table,
): OpenCodes<keyof Table & string> {
  return { field, isOpen: true, ...index<keyof Table & string>(field, table) }
}

function index<Name extends string>(field: string, table: Readonly<Record<string, number>>) {
  const codeByName = new Map(Object.entries(table))
  const nameByCode = new Map<number, Name>()
  for (const [name, code] of codeByName) {
    if (nameByCode.has(code)) throw new Error(`${field}: code ${code} has two names`)
    nameByCode.set(code, name as Name)
  }
  return {
    names: Object.keys(table) as Name[],
    nameOf: (code: number) => nameByCode.get(code),
    codeOf(name: Name | number): number {
      const code = typeof name === 'number' ? name : codeByName.get(name)
      if (code === undefined) throw new TypeError(`${field} has no ${name}`)
      return code
    },
  }
}
