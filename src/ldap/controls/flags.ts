import { flagControl } from '../control.ts'
import { controlOids } from '../oids.ts'

/** Deleted objects are found too (MS-ADTS 3.1.1.3.4.1.14). */
export const showDeleted = flagControl(controlOids.showDeleted)

/** No referrals to other naming contexts are made (MS-ADTS 3.1.1.3.4.1.4). */
export const domainScope = flagControl(controlOids.domainScope)
