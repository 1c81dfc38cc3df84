export { type Planted, type PlantedObject } from './plant.ts'
export { type Sample, type SampleOptions, makeSample } from './sample.ts'
