// Writes every generated file; with --check it writes nothing and fails if one is out of date.
const mode = process.argv.includes('--check') ? 'check' : 'write';
console.log(`generate: no generated files to ${mode} yet`);
