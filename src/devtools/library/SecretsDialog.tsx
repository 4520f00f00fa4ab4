import { useEffect, useState } from 'preact/hooks';
import { parseMasks } from '../../shared/file/mask/parseMasks.ts';
import type { FoundSecret } from '../../shared/file/source/redact.ts';
import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { ExportPreview, ExportSecrets } from '../query/messages.ts';
import { Dialog } from '../ui/Dialog.tsx';

export interface SecretsDialogProps {
  data: PanelData;
  secrets: ExportSecrets;
  onChange(secrets: ExportSecrets): void;
  onClose(): void;
}

/** What does not go into an exported file: chosen here, and shown as it would be. */
export function SecretsDialog({ data, secrets, onChange, onClose }: SecretsDialogProps) {
  const [preview, setPreview] = useState<ExportPreview | undefined>(undefined);
  const session = data.session.value?.id;
  const { masks } = secrets;
  const { problems } = parseMasks(masks);
  useEffect(() => {
    if (session === undefined) return;
    const abort = new AbortController();
    data.query
      .ask('previewExport', [session, undefined, masks], abort.signal)
      .then(setPreview)
      .catch(() => {});
    return () => abort.abort();
  }, [session, masks]);

  return (
    <Dialog title="What is left out of exported files" class="secrets" onClose={onClose}>
      <div class="secrets-body">
        <label class="check">
          <input
            type="checkbox"
            data-action="leave-out"
            checked={!secrets.keepSecrets}
            onChange={(event) => onChange({ ...secrets, keepSecrets: !event.currentTarget.checked })}
          />
          Leave out secrets: Authorization, cookies and their like, token-like parameters, user names and
          passwords in addresses
        </label>
        {preview && (
          <p class="secrets-found" role="status">
            {preview.secrets.length === 0
              ? 'There are none in this session.'
              : secrets.keepSecrets
                ? 'These go into the file as they are:'
                : 'These are written as REDACTED:'}{' '}
            {preview.secrets.map((secret) => (
              <span class="secret" key={`${secret.kind} ${secret.name}`}>
                {nameOf(secret)}
                {secret.count > 1 && ` × ${formatCount(secret.count)}`}
              </span>
            ))}
          </p>
        )}
        <label class="masks-label">
          In the data of events, mask
          <textarea
            class="masks"
            rows={4}
            spellcheck={false}
            placeholder={'$.user.email\n$..token\n/\\d{16}/'}
            aria-describedby="masks-help"
            value={masks}
            onInput={(event) => onChange({ ...secrets, masks: event.currentTarget.value })}
          />
        </label>
        <p id="masks-help" class="secrets-help">
          One JSON path or /pattern/ a line. What is masked keeps its length, so nothing moves; patterns apply
          to comments too.
        </p>
        {problems.map((problem) => (
          <p class="head-error" key={problem}>
            {problem}
          </p>
        ))}
        {preview && preview.events > 0 && (
          <div class="secrets-preview">
            <p role="status">
              {preview.masked === 0
                ? `None of the first ${formatCount(preview.events)} events has anything like it.`
                : `${formatCount(preview.masked)} of the first ${formatCount(preview.events)} events change:`}
            </p>
            {preview.samples.map((sample, i) => (
              <dl key={i}>
                <dt>Is</dt>
                <dd>{sample.before}</dd>
                <dt>Will be</dt>
                <dd>{sample.after}</dd>
              </dl>
            ))}
          </div>
        )}
      </div>
    </Dialog>
  );
}

function nameOf({ kind, name }: FoundSecret): string {
  return kind === 'header' ? name : kind === 'parameter' ? `${name}=…` : 'user names in addresses';
}
