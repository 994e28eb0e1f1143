/** z3 as npm has it, on standard input and output like the program of that name; its parameters are the arguments. */
import { text } from 'node:stream/consumers';
import { init } from 'z3-solver';

const script = await text(process.stdin);
const { Z3 } = await init();
for (const argument of process.argv.slice(2)) {
  const [name, value] = argument.split('=');
  Z3.global_param_set(name, value);
}
const said = await Z3.eval_smtlib2_string(Z3.mk_context(Z3.mk_config()), script);
process.stdout.write(said, () => process.exit(0));
