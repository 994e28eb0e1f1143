/** What a page does beyond being read: a slider goes through the steps of a violation. Nothing is made from text. */
export const script = `
for (const section of document.querySelectorAll('.violation')) {
  const slider = section.querySelector('.stepper input');
  if (!slider) continue;
  const output = section.querySelector('.stepper output');
  const steps = [...section.querySelectorAll('.step')];
  const states = [...section.querySelectorAll('[data-step]')];
  const lives = section.querySelector('.lives');
  const show = () => {
    const now = Number(slider.value);
    for (const one of states) one.classList.toggle('is-now', Number(one.dataset.step) === now);
    for (const step of steps) {
      const isNow = Number(step.dataset.step) === now;
      const guards = step.querySelector('details');
      if (guards) guards.open = isNow;
      if (isNow) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    }
    const column = section.querySelector('.state.is-now');
    if (column) {
      const [at, seen] = [column.getBoundingClientRect(), lives.getBoundingClientRect()];
      if (at.left < seen.left || at.right > seen.right) lives.scrollLeft += at.left - seen.left - seen.width / 2;
    }
    const step = steps[now - 1];
    const text = step ? step.querySelector('.call').textContent.replace(/\\s+/g, ' ').trim() : 'start';
    output.textContent = text;
    slider.setAttribute('aria-valuetext', text);
  };
  // The names of the parties stay in sight.
  if (lives) lives.addEventListener('scroll', () => {
    for (const names of lives.querySelectorAll('.names')) names.setAttribute('transform', 'translate(' + lives.scrollLeft + ')');
  });
  section.querySelector('.stepper').hidden = false;
  slider.addEventListener('input', show);
  show();
}
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
`;
