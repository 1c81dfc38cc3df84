export { believable, planters } from './planters/index.ts'
export { type Plant, type Planter, type Planted, type PlantedObject } from './plant.ts'
export { type Sample, type SampleOptions, makeSample } from './sample.ts'
