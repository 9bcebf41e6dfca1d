// The server's few addresses. Each call returns the parsed answer or throws an Error with the server's own words.

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function call(path, { method = "GET", body } = {}) {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  // 503 is how /health/ says "unhealthy": an answer like any other.
  if (!response.ok && response.status !== 503) throw new Error(answer.error ?? response.statusText);
  return answer;
}

export const getHealth = () => call("/health/");
export const getSession = () => call("/api/session/");
export const signIn = (email, password) => call("/api/session/", { method: "POST", body: { email, password } });
export const signOut = () => call("/api/session/", { method: "DELETE" });
