/* Questions are asked by the browser itself. */
Portal.layer.confirm = (text, yes, no) => {
  const answer = window.confirm(text) ? yes : no;
  return answer && answer();
};
