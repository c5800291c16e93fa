/** Making parts of the page. */

/**
 * Return a new element.
 * @param {string} name
 * @param {object} properties of the element; names with a hyphen, and role, are attributes
 * @param {...(Node | string)} children
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role') made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}
