const firebaseConfig = {
  apiKey: "none",
  messagingSenderId: "1",
};
