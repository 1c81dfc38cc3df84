import { type BerReader, type BerWriter, codes, type CodeName, Tag } from '#ber'
import { type Control, controlCodec, type ControlCodec } from '../control.ts'
import { controlOids } from '../oids.ts'

/** How GUID and SID stand in an extended DN. */
export type ExtendedDnForm = CodeName<typeof forms>

const forms = codes('ExtendedDNRequestValue.flag', { hex: 0, text: 1 })

/**
 * The extended DN control: names come as `<GUID=…>;<SID=…>;DN`, with GUID and SID in hexadecimal or as
 * text (MS-ADTS 3.1.1.3.4.1.5). A control without a value asks for hexadecimal.
 */
export const extendedDn: ControlCodec<ExtendedDnForm> = withDefault(
  controlCodec(controlOids.extendedDn, 'ExtendedDNRequestValue', readExtendedDn, writeExtendedDn),
)

function withDefault(codec: ControlCodec<ExtendedDnForm>): ControlCodec<ExtendedDnForm> {
  const read = (control: Control) => (control.value === undefined ? 'hex' : codec.read(control))
  return {
    ...codec,
    read,
    find(controls) {
      const control = controls?.find(({ oid }) => oid === codec.oid)
      return control && read(control)
    },
  }
}

function readExtendedDn(reader: BerReader): ExtendedDnForm {
  const value = reader.enter('ExtendedDNRequestValue')
  const form = value.enumerated(forms, Tag.integer)
  value.finish('ExtendedDNRequestValue', [Tag.integer])
  return form
}

function writeExtendedDn(writer: BerWriter, form: ExtendedDnForm): void {
  writer.nest(Tag.sequence, () => writer.enumerated(forms, form, Tag.integer))
}
