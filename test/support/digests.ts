/** What `mlp cv examples/sonar/sonar.mlp.json --epochs 10` gives on every machine, for any engine and number of workers. */
export const SONAR_DIGEST = 'bc425a0b7b1f8db9b8c2ac160c970005e43b2d06c3780f58d1cba107d47d0194';
