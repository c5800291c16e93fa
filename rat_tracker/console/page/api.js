/** Requests to the server. */

const PATIENCE = 65_000; // milliseconds; the server itself gives up after 60 s

/**
 * Ask the robot for something.
 * @param {string} path below api/
 * @returns {Promise<any>} what it answers
 * @throws {Error} with a sentence for people
 */
export async function get(path) {
  const response = await send(path, {});
  const answer = await read(response);
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

/**
 * Tell the robot to do something. Never fails: what went wrong is in the answer.
 * @param {string} path below api/
 * @param {string} json the body
 * @returns {Promise<{accepted: boolean, message: string}>}
 */
export async function post(path, json = '{}') {
  try {
    return await read(await send(path, {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: json}));
  } catch (error) {
    return {accepted: false, message: error.message};
  }
}

async function send(path, options) {
  try {
    return await fetch(`api/${path}`, {...options, signal: AbortSignal.timeout(PATIENCE)});
  } catch {
    throw new Error('The console does not answer; is it still running?');
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Error(`The console answered with ${response.status} and nothing that can be read.`);
  }
}
