import { getHealth } from "./api.js";
import { usePolling } from "./polling.js";

export function Health() {
  const { value: health, error } = usePolling(getHealth, 10_000);

  if (error) return <p role="alert">The server does not answer: {error}</p>;
  if (!health) return <p>Asking the server …</p>;
  return (
    <section>
      <h2 className={health.status}>{health.status}</h2>
      <table>
        <tbody>
          {Object.entries(health.checks).map(([name, check]) => (
            <tr key={name} className={check.status}>
              <th>{name}</th>
              <td>{check.status}</td>
              <td>{check.critical ? "critical" : ""}</td>
              <td>{check.time_ms} ms</td>
              <td>{check.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
