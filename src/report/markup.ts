import { plainText } from './plain-text.ts'

/** Markup that is safe to put into a page as it is. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | undefined | false | readonly Part[]

/** Template tag: what is put in is escaped, unless it is {@link Markup} itself. Lists are joined, `undefined` and `false` are nothing. */
export function html(template: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const parts = squeezed(template)
  let text = parts[0] ?? ''
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? '')
  })
  return new Markup(text)
}

const known = new WeakMap<TemplateStringsArray, readonly string[]>()

/** The fixed parts of a template without their indentation: it means nothing, and thousands of rows have it. */
function squeezed(template: TemplateStringsArray): readonly string[] {
  const parts = known.get(template) ?? template.map((part) => part.replaceAll(/\n\s*/g, '\n'))
  known.set(template, parts)
  return parts
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map((each) => render(each)).join('')
  return escapeHtml(String(part))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML content or quoted attribute value, made plain first. */
export function escapeHtml(text: string): string {
  return plainText(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}
