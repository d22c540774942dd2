export interface CaseResult {
    readonly id: string;
    /** Undefined: the answer is the recorded one. */
    readonly failure: string | undefined;
}
/** Replays every recording of a directory against the server at `url`, one case after the other. */
export declare function replay(url: string, directory: string, projectId: string): AsyncGenerator<CaseResult>;
