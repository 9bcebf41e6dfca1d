// The server's few addresses. Each call returns the parsed answer or throws an Error with the server's own words.

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function call(path, { method = "GET", body } = {}) {
  const headers = { "X-CSRFToken": csrfToken() };
  const isForm = body instanceof FormData; // the browser says where its parts end
  if (body && !isForm) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: isForm ? body : body && JSON.stringify(body) });
  const answer = await response.json();
  // 503 is how /health/ says "unhealthy": an answer like any other.
  if (!response.ok && response.status !== 503) throw new Error(answer.error ?? response.statusText);
  return answer;
}

export const getHealth = () => call("/health/");
export const getSession = () => call("/api/session/");
export const signIn = (email, password) => call("/api/session/", { method: "POST", body: { email, password } });
export const signOut = () => call("/api/session/", { method: "DELETE" });
export const getDocuments = () => call("/api/documents/").then((answer) => answer.documents);
export const getDocument = (id) => call(`/api/documents/${id}/`);

export function upload(file) {
  const body = new FormData();
  body.append("file", file);
  return call("/api/documents/", { method: "POST", body });
}
