/** How the user calls this program: `./glacis` from a clone, whose launcher says so, else `glacis`. */
export const programName = process.env['GLACIS_CALLED_AS'] ?? 'glacis'
