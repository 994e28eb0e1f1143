console.log('bench: nothing to measure yet');
