import { Command } from 'commander';

const program = new Command('pvm-spec').description('An executable specification of protected virtual machines');

program
  .command('verify')
  .description('hold a target to the specification')
  .option('--time <seconds>', 'stop drawing after this many seconds')
  .option('--seed <integer>', 'draw the same sequences again')
  .action(() => {
    console.log('verify: nothing to verify yet');
  });

await program.parseAsync();
