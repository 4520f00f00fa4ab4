import type { Place } from '../../shared/diagnosis/model/place.ts';
import type { Remedy } from '../../shared/text/remedies.ts';
import type { FindingText } from '../../shared/text/sayFinding.ts';
import { copyText } from '../ui/copyText.ts';
import { type OpenPlace, PlaceLink } from './PlaceLink.tsx';

/** Places that are listed, the first ones. */
const MOST_PLACES = 8;

export interface FindingBodyProps {
  said: FindingText;
  evidence: readonly Place[];
  /** Id of the stream that has it. */
  stream: string;
  onOpen: OpenPlace;
}

/** Why a finding matters, how we know, how sure it is, where it is seen, and what helps. */
export function FindingBody({ said, evidence, stream, onOpen }: FindingBodyProps) {
  const { why, how, doubt, fix, remedies } = said;
  const [first, ...others] = remedies;
  return (
    <>
      <p>{why}</p>
      <dl class="finding-facts">
        <dt>How we know</dt>
        <dd>{how}</dd>
        <dt>How sure</dt>
        <dd>{doubt ? `Not certain: ${doubt}` : 'Certain: nothing else that we know of looks like this.'}</dd>
        <dt>Seen at</dt>
        <dd class="places">
          {evidence.slice(0, MOST_PLACES).map((place) => (
            <PlaceLink key={JSON.stringify(place)} place={place} stream={stream} onOpen={onOpen} />
          ))}
        </dd>
        <dt>What helps</dt>
        <dd>
          {fix}
          {first && <RemedyText remedy={first} />}
          {others.length > 0 && (
            <details class="remedies">
              <summary>In other places: {others.map(({ label }) => label).join(', ')}</summary>
              {others.map((remedy) => (
                <RemedyText key={remedy.label + remedy.text} remedy={remedy} />
              ))}
            </details>
          )}
        </dd>
      </dl>
    </>
  );
}

function RemedyText({ remedy: { label, text } }: { remedy: Remedy }) {
  return (
    <figure class="remedy">
      <figcaption>
        {label}
        <button type="button" class="link-button" onClick={() => void copyText(text)}>
          Copy
        </button>
      </figcaption>
      <pre tabIndex={0}>{text.trimEnd()}</pre>
    </figure>
  );
}
