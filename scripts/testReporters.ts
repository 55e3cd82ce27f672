/** What a test run prints. In CI its counts are kept too, for the closing line of `.ci/run`. */
export function reporters(suite: string): ('default' | ['json', {outputFile: string}])[] {
  const counted = ['json', {outputFile: `node_modules/.cache/test-counts/${suite}.json`}] as [
    'json',
    {outputFile: string},
  ];
  return process.env.CI ? ['default', counted] : ['default'];
}
