/** The one user of the emulator: every request is theirs, whatever its credentials say. */
export const emulatorEmail = (projectId: string) => `emulator@${projectId}.iam.gserviceaccount.com`;
