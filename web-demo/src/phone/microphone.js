import { PhoneError, microphoneReason } from "./reasons.js";

/**
 * Opens the microphone. Both libraries are handed the stream, so that a refusal reads the same with each, and comes
 * before anything is sent.
 *
 * @returns {Promise<MediaStream>}
 * @throws {PhoneError} insecure, microphone-denied, microphone-missing or microphone-busy
 */
export async function openMicrophone() {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new PhoneError("insecure");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: false });
  } catch (error) {
    throw new PhoneError(microphoneReason(error));
  }
}
