import { useCallback, useState } from "react";

import { getDocument, getDocuments, upload } from "./api.js";
import { usePolling } from "./polling.js";

function Trace({ id }) {
  const { value: document, error } = usePolling(
    useCallback(() => getDocument(id), [id]),
    1_000,
  );

  if (error) return <p role="alert">{error}</p>;
  if (!document) return <p>…</p>;
  return (
    <>
      <ol>
        {document.trace.map((entry) => (
          <li key={entry.step} className={entry.status}>
            {entry.step}: {entry.status}, {entry.ms} ms{entry.attempts > 1 && `, try ${entry.attempts}`} {entry.error}
          </li>
        ))}
      </ol>
      {document.data.keywords && <p>About: {document.data.keywords.join(", ")}</p>}
    </>
  );
}

export function Documents() {
  const { value: documents, error, again } = usePolling(getDocuments, 3_000);
  const [refusal, setRefusal] = useState("");
  const [shown, setShown] = useState(null);

  async function send(form) {
    setRefusal("");
    try {
      setShown((await upload(form.get("file"))).id);
      await again();
    } catch (failure) {
      setRefusal(failure.message);
    }
  }

  return (
    <section>
      <h2>Documents</h2>
      <form action={send}>
        <input name="file" type="file" accept=".md,.txt,.html,.csv,.json" required />
        <button>Read it</button>
        <output role="alert">{refusal || error}</output>
      </form>
      <ul>
        {documents?.map((document) => (
          <li key={document.id}>
            <button onClick={() => setShown(shown === document.id ? null : document.id)}>{document.name}</button>{" "}
            <span className={document.status}>{document.status}</span> {document.error}
            {shown === document.id && <Trace id={document.id} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
